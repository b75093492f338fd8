"""What is done with a face: 1:1 verification and 1:N identification. No scores leave."""
