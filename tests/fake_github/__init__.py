"""A GitHub on loopback: REST and GraphQL over the same data, with GitHub's habits and faults."""
