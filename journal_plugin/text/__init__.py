"""Text from posts and from GitHub: references, safe HTML, escapes."""
