<?php

return [
    'paths' => ['api/*'],
    'allowed_origins' => ['https://weaver.example.net'],
    'supports_credentials' => false,
];
