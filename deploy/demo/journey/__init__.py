"""The programme as people walk it: a client for the platform's HTTP APIs, and one small function for each step."""
