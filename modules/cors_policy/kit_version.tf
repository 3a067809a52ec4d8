locals {
  # One version for the modules and the Python package; a test holds it equal to setup.cfg.
  kit_version = "0.1.0"
}
