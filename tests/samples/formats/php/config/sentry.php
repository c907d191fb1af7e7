<?php

return ['dsn' => env('SENTRY_LARAVEL_DSN')];
