"""Monthly reliability reports of applications: which questions they ask, what the answers amount to, and the documents made of them."""
