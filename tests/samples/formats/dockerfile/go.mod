module lighthouse.example.com/lamp

go 1.23
