"""What the server does, one command a file. Commands know core and store, no proto and no gRPC."""
