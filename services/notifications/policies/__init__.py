"""What is said when something happens elsewhere. To whom, by which template and with which fields is in `notices.yaml`.

Three sorts: who joins or leaves an audience; what an audience is told; what one person is told. They come to the same
end in any order: an audience keeps a notice for those who join later.
"""
