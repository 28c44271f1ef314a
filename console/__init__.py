"""The staff's door: operations staff see calls, promises, rotation and money, and act. A process of its own."""
