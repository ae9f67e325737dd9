"""Proto in, command, proto out. Services know no store and no socket."""
