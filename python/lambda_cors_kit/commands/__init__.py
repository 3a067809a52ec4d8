"""The sub-commands of `lambda-cors-kit`, a file each: its arguments, its exit codes, its words."""
