"""The JSON Schema of a post's front matter."""
