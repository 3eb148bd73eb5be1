"""The formats of vector files, one file a family; models/sources reads and writes by them."""
