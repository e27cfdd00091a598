"""The operator's desk: the page of whoever acts, and its way to the gRPC API."""
