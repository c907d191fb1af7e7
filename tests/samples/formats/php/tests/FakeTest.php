<?php

use Illuminate\Support\Facades\Route;

Route::get('/only-in-a-test', fn () => 'fake');
