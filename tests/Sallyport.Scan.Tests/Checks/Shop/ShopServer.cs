using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.Lab.Servers;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>A small shop with sessions that does everything right, or one thing wrong. State is in memory; a session is a cookie.</summary>
internal sealed partial class ShopServer : IAsyncDisposable
{
    public const string Cookie = "__Host-shop";
    private readonly ShopFlaw _flaw;
    private readonly SpentTime? _clock;
    private readonly HandlerServer _server;
    private readonly ConcurrentDictionary<string, string?> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _passwords = new(StringComparer.Ordinal) { ["alice"] = "alices own pass 1", ["bob"] = "bobs own pass 22" };
    private readonly ConcurrentDictionary<string, int> _wrong = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _resets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private string? _caller;

    private ShopServer(ShopFlaw flaw, X509Certificate2 certificate, SpentTime? clock)
    {
        _flaw = flaw;
        _clock = clock;
        foreach (string owner in (string[])["alice", "bob"])
        {
            _data[owner] = new(1, $"note of {owner}");
            for (int i = 0; i < 12; i++)
            {
                _coupons[$"{owner}-coupon-{i}"] = new(owner);
            }

            _things[owner + "-thing"] = new(owner, "a thing");
        }

        _server = HandlerServer.StartAsync(certificate, AnswerAsync).GetAwaiter().GetResult();
    }

    public LabEndpoint Endpoint => _server.Endpoint;

    /// <summary>How often somebody logged in wrongly.</summary>
    public int WrongLogins => _wrong.Values.Sum();

    public string NoteOf(string owner) => _data[owner].Note;

    /// <param name="flaw">What it does wrong.</param>
    /// <param name="certificate">Its own.</param>
    /// <param name="clock">The scan's clock, on which the hashes of passwords take their time.</param>
    public static ShopServer Start(ShopFlaw flaw, X509Certificate2 certificate, SpentTime? clock = null) => new(flaw, certificate, clock);

    public static string MarkOf(string owner) => "mark-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("shop " + owner)))[..16];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private bool Has(ShopFlaw flaw) => _flaw == flaw;

    private async Task AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string path = request.Path.Value ?? "";
        Cors(context);
        if (!Has(ShopFlaw.AnyBody) && request.ContentLength > 64 * 1024)
        {
            context.Response.StatusCode = 413;
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (request.Method == "OPTIONS")
        {
            context.Response.StatusCode = 204;
            return;
        }

        if (await Limited(context))
        {
            return;
        }

        string? session = request.Cookies[Cookie];
        string? account = session is not null && _sessions.TryGetValue(session, out string? known) ? known : null;
        if (await OpenAsync(context, path, session))
        {
            return;
        }

        if (account is null)
        {
            context.Response.StatusCode = 401;
            return;
        }

        if (Has(ShopFlaw.Broken))
        {
            context.Response.StatusCode = 500;
            return;
        }

        if (Has(ShopFlaw.SharedCaller))
        {
            _caller = account;
            await Task.Yield();
            account = _caller;
        }

        await InsideAsync(context, path, account, session ?? "");
    }

    private void Cors(HttpContext context)
    {
        string origin = context.Request.Headers.Origin.ToString();
        string own = $"https://{context.Request.Host}";
        bool allowed = origin == own || _flaw switch
        {
            ShopFlaw.ReflectedOrigin => origin.Length > 0,
            ShopFlaw.NullOrigin => origin == "null",
            ShopFlaw.OriginByPrefix => origin.StartsWith($"https://{context.Request.Host.Host}", StringComparison.Ordinal),
            _ => false,
        };
        if (allowed)
        {
            context.Response.Headers.AccessControlAllowOrigin = origin;
            context.Response.Headers.AccessControlAllowCredentials = "true";
            context.Response.Headers.Vary = "Origin";
        }
    }

    private async Task<bool> Limited(HttpContext context)
    {
        if (Has(ShopFlaw.NoLimit))
        {
            return false;
        }

        string forwarded = context.Request.Headers["X-Forwarded-For"].ToString();
        int used = _counts.AddOrUpdate(Has(ShopFlaw.ForwardedLimit) && forwarded.Length > 0 ? forwarded : "everybody", 1, static (_, count) => count + 1);
        context.Response.Headers["RateLimit-Remaining"] = $"{1_000_000 - used}";
        await Task.CompletedTask;
        return false;
    }

    private bool FromHere(HttpContext context)
    {
        string origin = context.Request.Headers.Origin.ToString();
        string site = context.Request.Headers["Sec-Fetch-Site"].ToString();
        return (origin.Length == 0 || origin == $"https://{context.Request.Host}") && site is "" or "same-origin" or "none";
    }

    private string TokenOf(string session) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(session)));

    private bool TokenHolds(HttpContext context, string session, string? token) => _flaw switch
    {
        ShopFlaw.TokenOptional => token is null || token == TokenOf(session),
        ShopFlaw.TokenOfAnyone => _sessions.Keys.Any(one => token == TokenOf(one)),
        ShopFlaw.UnsignedPair => token is not null && token == context.Request.Cookies["XSRF-TOKEN"],
        _ => token == TokenOf(session),
    };

    private void SetSession(HttpContext context, string id)
    {
        string attributes = Has(ShopFlaw.LooseCookie) ? "; Domain=localhost; Max-Age=31536000" : "; Path=/; Secure; HttpOnly; SameSite=Lax";
        context.Response.Headers.Append("Set-Cookie", $"{Cookie}={id}{attributes}");
        if (Has(ShopFlaw.UnsignedPair))
        {
            context.Response.Headers.Append("Set-Cookie", $"XSRF-TOKEN={TokenOf(id)}; Path=/; Secure; SameSite=Lax");
        }
    }

    private static Task Json(HttpContext context, string body, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static async Task<Dictionary<string, string>> BodyAsync(HttpContext context)
    {
        using var reader = new System.IO.StreamReader(context.Request.Body);
        string text = await reader.ReadToEndAsync(context.RequestAborted);
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];
        }
        catch (System.Text.Json.JsonException)
        {
            return [];
        }
    }
}
