"""What changes the knowledge (知识库): by verb, one file per matter."""
