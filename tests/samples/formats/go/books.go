package main

import (
	"net/http"
	"time"
)

var bank = &http.Client{Timeout: 4 * time.Second}

func list(w http.ResponseWriter, _ *http.Request) {
	answer, err := bank.Get("https://bank.example.net/books")
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
}

func write(w http.ResponseWriter, _ *http.Request) {
	if _, err := http.Get("https://mint.example.net/coins"); err != nil {
		w.WriteHeader(http.StatusBadGateway)
	}
}
