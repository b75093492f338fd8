"""What is done before a face is used: consent is asked, a reference is enrolled."""
