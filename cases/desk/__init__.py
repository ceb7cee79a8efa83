"""What every page and every act in a case shares: who reaches it, its keys, its codes, its frame."""
