using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How plain HTTP is closed or turned into a redirect, and HSTS is sent.</summary>
internal static class ClosePlaintext
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "An API needs no plain HTTP port: close it. Where browsers come, let it redirect only, answer no data, and send Strict-Transport-Security on HTTPS."),
        new(ServerStack.AspNetCore, "Bind HTTPS only.", "app.Urls.Add(\"http://*:8080\");", "app.Urls.Add(\"https://*:8443\"); app.UseHsts();"),
        new(
            ServerStack.Nginx,
            "Redirect everything on port 80, and proxy nothing there.",
            "server { listen 80; location / { proxy_pass http://app; } }",
            "server { listen 80 default_server; return 301 https://$host$request_uri; }"),
        new(ServerStack.Haproxy, "Redirect in the plain frontend before any backend is chosen.", "bind :80", "http-request redirect scheme https code 301 unless { ssl_fc }"),
    ];

    /// <summary>For plain addresses in answers: the application writes those, whatever listens in front of it.</summary>
    public static ImmutableArray<Remedy> Links { get; } =
    [
        All[0],
        new(ServerStack.AspNetCore, "Write the scheme that the request came with, or no host at all.",
            "string next = $\"http://{context.Request.Host}/orders?limit=20\";",
            "string next = \"/orders?limit=20\";"),
        .. All[2..].Select(static remedy => remedy.Stack switch
        {
            ServerStack.Nginx => new(ServerStack.Nginx, "A redirect does not change what answers say: tell the application that it is reached by https (proxy_set_header X-Forwarded-Proto https), and let it write its own public address from its configuration."),
            ServerStack.Haproxy => new(ServerStack.Haproxy, "A redirect does not change what answers say: tell the application that it is reached by https (http-request set-header X-Forwarded-Proto https), and let it write its own public address from its configuration."),
            _ => remedy,
        }),
    ];
}
