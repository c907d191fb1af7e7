<?php

use App\Http\Controllers\ThreadController;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Route;

Route::get('/ready', function () {
    DB::connection()->getPdo();
    return response()->json(['status' => 'ok']);
});

Route::get('/threads', [ThreadController::class, 'index']);

Route::middleware('auth:sanctum')->group(function () {
    Route::post('/threads/{colour}', [ThreadController::class, 'store']);
});

// Route::delete('/threads/{colour}', [ThreadController::class, 'destroy']);
