"""The reproducible pipeline that makes `models/street.onnx`; never needed to run the agent."""
