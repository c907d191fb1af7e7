<?php

namespace App\Http\Controllers;

use Illuminate\Support\Facades\Http;

class ThreadController
{
    public function index()
    {
        return ['red', 'blue'];
    }

    public function store(string $colour)
    {
        return Http::timeout(3)->post(config('services.dye'), ['colour' => $colour])->json();
    }
}
