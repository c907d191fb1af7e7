module cooper.example.com/cooper

go 1.23
