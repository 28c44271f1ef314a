"""When a center is open: the opening hours of the directory file, read and applied. *Pure.*"""
