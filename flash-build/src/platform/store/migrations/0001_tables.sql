-- The same text runs on SQLite and on PostgreSQL: TEXT and BIGINT only, sealed values and digests in hexadecimal digits.

-- Never holds a row. Writers lock it on PostgreSQL, so that one writes at a time as on SQLite.
CREATE TABLE turns (id BIGINT PRIMARY KEY);

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    public_key TEXT,
    created_at TEXT NOT NULL
);

CREATE TABLE account_keys (
    digest TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL
);
CREATE INDEX account_keys_of_user ON account_keys (user_id);

CREATE TABLE apps (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (user_id, name)
);

CREATE TABLE builds (
    id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    object_key TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    length BIGINT NOT NULL,
    manifest TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX builds_of_app ON builds (app_id, created_at);

CREATE TABLE environments (
    id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    active_build_id TEXT REFERENCES builds (id),
    revision BIGINT NOT NULL,
    worker_key TEXT NOT NULL,
    worker_key_digest TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    UNIQUE (app_id, name)
);
CREATE INDEX environments_of_build ON environments (active_build_id);

CREATE TABLE templates (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    variables TEXT NOT NULL,
    belongs_to_endpoint BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (user_id, name)
);

CREATE TABLE endpoints (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    environment_id TEXT REFERENCES environments (id) ON DELETE CASCADE,
    template_id TEXT NOT NULL REFERENCES templates (id),
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    version BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    ai_key TEXT NOT NULL,
    ai_key_digest TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    UNIQUE (environment_id, name)
);
CREATE INDEX endpoints_of_user ON endpoints (user_id);
CREATE INDEX endpoints_of_template ON endpoints (template_id);

CREATE TABLE network_volumes (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    environment_id TEXT REFERENCES environments (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    size_gb BIGINT NOT NULL,
    data_center_id TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX network_volumes_of_user ON network_volumes (user_id);

CREATE TABLE auth_requests (
    id TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    api_key TEXT,
    expires_at TEXT NOT NULL
);

CREATE TABLE secrets (
    environment_id TEXT NOT NULL REFERENCES environments (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (environment_id, name)
);
