namespace OrdersApi.App.Data;

/// <summary>The tables.</summary>
internal static class Schema
{
    public const string Text =
        """
        CREATE TABLE accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, note TEXT NOT NULL,
          card TEXT NOT NULL, balance INTEGER NOT NULL CHECK (balance >= 0), version INTEGER NOT NULL DEFAULT 1);
        CREATE TABLE logins (login TEXT PRIMARY KEY, account TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL);
        CREATE TABLE resets (token TEXT PRIMARY KEY, login TEXT NOT NULL, until INTEGER NOT NULL);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, item TEXT NOT NULL, quantity INTEGER NOT NULL,
          status TEXT NOT NULL, note TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1);
        CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL, note TEXT NOT NULL);
        CREATE TABLE transfers (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, key TEXT NOT NULL, recipient TEXT NOT NULL,
          amount INTEGER NOT NULL, UNIQUE (owner, key));
        CREATE TABLE coupons (code TEXT PRIMARY KEY, owner TEXT NOT NULL, value INTEGER NOT NULL, redemptions INTEGER NOT NULL);
        CREATE TABLE webhooks (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, url TEXT NOT NULL);
        CREATE TABLE files (name TEXT NOT NULL, owner TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (name, owner));
        CREATE TABLE signing_keys (name TEXT PRIMARY KEY, secret TEXT NOT NULL);
        CREATE TABLE assistant_notes (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, text TEXT NOT NULL);
        """;
}
