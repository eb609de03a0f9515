"""The core, module by module, in short stories."""
