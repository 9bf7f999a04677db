using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How input stays data.</summary>
internal static class CheckInput
{
    /// <summary>For SQL.</summary>
    public static ImmutableArray<Remedy> Sql { get; } =
    [
        new(null, "Write the statement once and give values as parameters; choose names of columns and directions from a fixed list."),
        new(ServerStack.AspNetCore, "Use LINQ or an interpolated query of EF Core, which makes parameters; never ExecuteSqlRaw with text of a caller.", "db.Orders.FromSqlRaw(\"SELECT * FROM Orders WHERE Item = '\" + q + \"'\")", "db.Orders.FromSql($\"SELECT * FROM Orders WHERE Item = {q}\")"),
        new(ServerStack.Node, "Give values apart from the text.",
            "const { rows } = await db.query(`SELECT * FROM orders WHERE item = '${q}'`)",
            "const { rows } = await db.query('SELECT * FROM orders WHERE item = $1', [q])"),
        new(ServerStack.Go, "Give values apart from the text.", "db.Query(\"SELECT * FROM orders WHERE item = '\" + q + \"'\")", "db.Query(\"SELECT * FROM orders WHERE item = $1\", q)"),
        new(ServerStack.Axum, "Use sqlx's checked macros.", "sqlx::query(&format!(\"SELECT * FROM orders WHERE item = '{q}'\"))", "sqlx::query!(\"SELECT * FROM orders WHERE item = $1\", q)"),
    ];

    /// <summary>For file names.</summary>
    public static ImmutableArray<Remedy> Files { get; } =
    [
        new(null, "Look the caller's name up in a list of what there is. Where a name must become a path, resolve it whole and compare it with the directory, after every decoding."),
        new(
            ServerStack.AspNetCore,
            "Resolve, then compare.",
            "return Results.File(Path.Combine(root, name));",
            """
            string full = Path.GetFullPath(Path.Combine(root, name));
            return full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(full) ? Results.File(full) : Results.NotFound();
            """),
        new(ServerStack.Node, "Resolve, then compare.", "res.sendFile(path.join(root, name))", "res.sendFile(name, { root, dotfiles: 'deny' })"),
        new(ServerStack.Go, "Open below a root.", "os.Open(filepath.Join(root, name))", "r, _ := os.OpenRoot(root)\nr.Open(name)"),
        new(ServerStack.Nginx, "End the alias as the location ends.", "location /files { alias /srv/files/; }", "location /files/ { alias /srv/files/; }"),
        new(ServerStack.Axum, "Let ServeDir resolve.", "fs::read(root.join(name))", "ServeDir::new(root)"),
    ];

    /// <summary>For templates, shells, document databases and XML.</summary>
    public static ImmutableArray<Remedy> Interpreters { get; } =
    [
        new(null, "Give values to templates as values and to programs as arguments without a shell; take text where text is expected, never an object with operators; read XML without DTDs."),
        new(
            ServerStack.AspNetCore,
            "Start programs with an argument list, and read XML with the defaults of .NET, which resolve nothing.",
            """
            using Process? program = Process.Start(new ProcessStartInfo("sh", ["-c", "date -u -d " + when]) { RedirectStandardOutput = true });
            using XmlReader reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = new XmlUrlResolver() });
            """,
            """
            using Process? program = Process.Start(new ProcessStartInfo("date") { ArgumentList = { "-u", "-d", when }, RedirectStandardOutput = true });
            using XmlReader reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            """),
        new(ServerStack.Node, "Refuse objects where text is expected; use execFile.",
            """
            const user = await users.findOne({ name: req.query.name })
            exec(`ping -c 1 ${host}`, (error, said) => res.send(said))
            """,
            """
            const user = await users.findOne({ name: String(req.query.name) })
            execFile('ping', ['-c', '1', '--', host], (error, said) => res.send(said))
            """),
        new(ServerStack.Go, "Give arguments one by one.", "exec.Command(\"sh\", \"-c\", \"ping \"+host)", "exec.Command(\"ping\", \"-c\", \"1\", \"--\", host)"),
        new(ServerStack.Axum, "Give arguments one by one.", "Command::new(\"sh\").arg(\"-c\").arg(format!(\"ping {host}\"))", "Command::new(\"ping\").args([\"-c\", \"1\", \"--\", &host])"),
    ];

    /// <summary>For values that a schema forbids, and for patterns that run for ever.</summary>
    public static ImmutableArray<Remedy> Schema { get; } =
    [
        new(null, "Hold every value against its declared type, range, length and list before anything is done with it, refuse members that are not declared, and answer 400 or 422."),
        new(
            ServerStack.AspNetCore,
            "Switch validation on, and refuse unknown members.",
            "app.MapPost(\"/orders\", (JsonElement order) => Save(order));",
            """
            builder.Services.AddValidation();
            builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow);
            app.MapPost("/orders", (NewOrder order) => Save(order));

            public sealed record NewOrder([Required, StringLength(80, MinimumLength = 1)] string Item, [Range(1, 1000)] int Quantity);
            """),
        new(ServerStack.Node, "Validate with a compiled schema, which bounds every text.",
            "app.post('/orders', (req, res) => save(req.body, res));",
            """
            const valid = ajv.compile({ ...schema, additionalProperties: false });
            app.post('/orders', (req, res) => valid(req.body) ? save(req.body, res) : res.sendStatus(400));
            """),
        new(ServerStack.Go, "Refuse unknown members, then validate.", "json.NewDecoder(r.Body).Decode(&order)", "d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)); d.DisallowUnknownFields()"),
        new(ServerStack.Axum, "Deny unknown fields, then validate.", "#[derive(Deserialize)]", "#[derive(Deserialize, Validate)]\n#[serde(deny_unknown_fields)]"),
    ];

    /// <summary>For two servers that find different ends of a request.</summary>
    public static ImmutableArray<Remedy> Framing { get; } =
    [
        new(null, "Refuse a request with both Content-Length and Transfer-Encoding, or with either twice; speak HTTP/2 or one connection a request to the backend; keep both servers current."),
        new(ServerStack.Nginx, "Speak HTTP/1.1 with keep-alive off to backends that read framing loosely.", null, "proxy_http_version 1.1;\nproxy_set_header Connection \"close\";"),
        new(ServerStack.Haproxy, "Leave the strict parser on (the option below away, for there is no way to negate it), and close after each request to a loose backend.", "option accept-unsafe-violations-in-http-request", "option http-server-close"),
        new(ServerStack.Envoy, "Reject what is ambiguous.", "http1_protocol_options: { allow_chunked_length: true }", "http1_protocol_options: { allow_chunked_length: false }"),
        new(ServerStack.Node, "Leave the strict parser on.", "http.createServer({ insecureHTTPParser: true })", "http.createServer()"),
    ];

    /// <summary>For places that were left from development.</summary>
    public static ImmutableArray<Remedy> Leftovers { get; } =
    [
        new(null, "Build what goes to production without debugging, metrics and administration endpoints, or bind them to another port that only operators reach."),
        new(ServerStack.AspNetCore, "Map them in development only, and metrics where the connection came in at a port of their own: RequireHost looks at the Host header, which the client writes.",
            "app.UseOpenTelemetryPrometheusScrapingEndpoint();",
            """
            if (app.Environment.IsDevelopment()) { app.MapOpenApi(); }
            app.UseOpenTelemetryPrometheusScrapingEndpoint(c => c.Request.Path == "/metrics" && c.Connection.LocalPort == 9090);
            """),
        new(ServerStack.Nginx, "Refuse dot files and internal paths.", null, "location ~ /\\.(?!well-known) { deny all; }\nlocation ~ ^/(?:actuator|metrics|debug|server-status) { deny all; }"),
        new(ServerStack.Haproxy, "Refuse internal paths.", null, "http-request deny if { path_beg /actuator /metrics /debug /.git /.env }"),
        new(ServerStack.Node, "Serve static files without dot files.", "app.use(express.static('.'))", "app.use(express.static('public', { dotfiles: 'deny' }))"),
        new(ServerStack.Go, "Do not import net/http/pprof into the public mux.", "import _ \"net/http/pprof\"", "debug := http.NewServeMux() // served on 127.0.0.1 only"),
    ];

    /// <summary>For addresses that a caller gives and the server calls.</summary>
    public static ImmutableArray<Remedy> Addresses { get; } =
    [
        new(null, "Call only hosts on a list. Resolve the name once, refuse private and local addresses, connect to the address that was checked, follow no redirect, and give the caller nothing of the answer."),
        new(
            ServerStack.AspNetCore,
            "Check the address where the connection is made: after that nothing can change it.",
            """
            using var http = new HttpClient();
            using HttpResponseMessage answer = await http.GetAsync(request.CallbackUrl, cancellationToken);
            """,
            """
            var handler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ConnectCallback = async (context, token) =>
                {
                    if (!allowed.Contains(context.DnsEndPoint.Host)) throw new HttpRequestException("host not allowed");
                    IPAddress address = (await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, token)).First(a => !IsPrivate(a));
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(address, context.DnsEndPoint.Port, token);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
            using var http = new HttpClient(handler);
            using HttpResponseMessage answer = await http.GetAsync(request.CallbackUrl, cancellationToken);
            """),
        new(ServerStack.Node, "List the hosts, and check the address in lookup.", "await fetch(req.body.url)", "if (!allowed.has(new URL(req.body.url).hostname)) return res.sendStatus(400);\nawait fetch(req.body.url, { redirect: 'error', dispatcher: publicOnlyAgent })"),
        new(ServerStack.Go, "Check the address in Dialer.Control.", "http.Get(url)", "d := &net.Dialer{Control: refusePrivate}\nc := &http.Client{Transport: &http.Transport{DialContext: d.DialContext}, CheckRedirect: noRedirect}"),
        new(ServerStack.Axum, "List the hosts, follow no redirect.", "reqwest::get(url)", "Client::builder().redirect(Policy::none()).dns_resolver(public_only).build()"),
    ];

    /// <summary>For patterns that run for ever.</summary>
    public static ImmutableArray<Remedy> Patterns { get; } =
    [
        new(null, "Match with an engine that runs in linear time (RE2, RegexOptions.NonBacktracking), bound the length of what is matched, and give every other match a time-out."),
        new(ServerStack.AspNetCore, "An engine that cannot backtrack.",
            "bool right = Regex.IsMatch(name, @\"^(\\w+\\.?)+$\", RegexOptions.Compiled, TimeSpan.FromSeconds(10));",
            "bool right = Regex.IsMatch(name, @\"^(\\w+\\.?)+$\", RegexOptions.NonBacktracking);"),
        .. Schema[2..],
    ];
}
