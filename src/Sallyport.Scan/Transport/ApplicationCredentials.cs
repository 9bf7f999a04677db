using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>The tokens, cookies, passwords and keys of the identities, as headers; logs in where the user configured a login, and again when what it yielded has expired.</summary>
internal sealed class ApplicationCredentials
{
    private readonly Redaction _redaction;
    private readonly Func<Identity, RawHttpRequest, CancellationToken, Task<Exchange>> _send;
    private const int MaxRenewals = 50;
    private static readonly TimeSpan s_brandNew = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(3);

    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Lazy<Task<LoginResult>>> _logins = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _renewals = new(StringComparer.Ordinal);

    /// <summary>Credentials of a scan.</summary>
    /// <param name="redaction">Learns what a login yields.</param>
    /// <param name="send">Sends a login with the identity's certificate, to the target.</param>
    /// <param name="time">The clock by which a login's yield expires.</param>
    public ApplicationCredentials(Redaction redaction, Func<Identity, RawHttpRequest, CancellationToken, Task<Exchange>> send, TimeProvider time) =>
        (_redaction, _send, _time) = (redaction, send, time);

    /// <summary>Whether an identity has any.</summary>
    /// <param name="identity">The identity.</param>
    public static bool Has(Identity identity) => identity is not { Token: null, Cookie: null, Basic: null, ApiKey: null, Login: null };

    /// <summary>The headers of an identity.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels a login.</param>
    public async Task<LoginResult> HeadersAsync(Identity identity, CancellationToken cancellationToken)
    {
        ImmutableArray<HttpHeader>.Builder headers = ImmutableArray.CreateBuilder<HttpHeader>();
        if (identity.Login is { } login)
        {
            LoginResult result = await LoggedInAsync(identity, login, cancellationToken).ConfigureAwait(false);
            if (result.Failure is not null)
            {
                return result;
            }

            headers.AddRange(result.Headers);
        }

        Add(headers, "authorization", identity.Token is { } token ? $"Bearer {token.Reveal()}" : null);
        Add(headers, "authorization", identity.Basic is { } basic ? $"Basic {Encoded(basic.Reveal())}" : null);
        Add(headers, "cookie", identity.Cookie?.Reveal());
        Add(headers, identity.ApiKeyHeader.ToLowerInvariant(), identity.ApiKey?.Reveal());
        return new LoginResult(headers.ToImmutable(), null);
    }

    /// <summary>What an identity presents now.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels a login.</param>
    public async Task<PresentedCredentials> PresentedAsync(Identity identity, CancellationToken cancellationToken)
    {
        const string Bearer = "Bearer ";
        LoginResult login = await HeadersAsync(identity, cancellationToken).ConfigureAwait(false);
        string? authorization = login.Headers.Where(h => h.Name == "authorization" && h.Value.StartsWith(Bearer, StringComparison.Ordinal)).Select(h => h.Value).FirstOrDefault();
        string? cookie = login.Headers.Where(h => h.Name == "cookie").Select(h => h.Value).FirstOrDefault();
        return new()
        {
            Token = authorization is null ? null : new Secret(authorization[Bearer.Length..]),
            Cookie = cookie is null ? null : new Secret(cookie),
            Basic = identity.Basic,
            ApiKey = identity.ApiKey,
            Failure = login.Failure,
        };
    }

    /// <summary>Forgets what the login of an identity yielded, because the server no longer takes it: the next request logs in again.</summary>
    /// <param name="identity">The identity.</param>
    /// <returns>Whether there was something to forget that was not brand new: then asking again can end otherwise.</returns>
    public bool Renew(Identity identity)
    {
        if (!_logins.TryGetValue(identity.Name, out Lazy<Task<LoginResult>>? shared) || !shared.Value.IsCompletedSuccessfully
            || shared.Value.Result is not { LoggedInAt: { } at } || _time.GetElapsedTime(at) < s_brandNew
            || _renewals.AddOrUpdate(identity.Name, 1, static (_, n) => n + 1) > MaxRenewals)
        {
            return false;
        }

        return _logins.TryRemove(new(identity.Name, shared));
    }

    private async Task<LoginResult> LoggedInAsync(Identity identity, Login login, CancellationToken cancellationToken)
    {
        while (true)
        {
            Lazy<Task<LoginResult>> shared = _logins.GetOrAdd(
                identity.Name, _ => new Lazy<Task<LoginResult>>(() => LogInAsync(identity, login, cancellationToken)));
            LoginResult result;
            try
            {
                result = await shared.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The one who started it gave up; whoever comes next tries afresh.
                _logins.TryRemove(new(identity.Name, shared));
                throw;
            }

            // A token that is about to end would end on the way. One that never lives that long is used once.
            if (result.Expires is not { } expires || expires - _time.GetUtcNow() > s_margin || _time.GetElapsedTime(result.LoggedInAt ?? 0) < s_brandNew)
            {
                return result;
            }

            _logins.TryRemove(new(identity.Name, shared));
        }
    }

    private static void Add(ImmutableArray<HttpHeader>.Builder headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.Add(new HttpHeader(name, value));
        }
    }

    private static string? Member(HttpAnswer answer, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out JsonElement member)
                && member.ValueKind == JsonValueKind.String
                    ? member.GetString()
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private string Encoded(string userAndPassword)
    {
        string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword));
        _redaction.Learn(encoded);
        return encoded;
    }

    private async Task<LoginResult> LogInAsync(Identity identity, Login login, CancellationToken cancellationToken)
    {
        Exchange exchange = await _send(identity, LoginRequest.Of(login), cancellationToken).ConfigureAwait(false);
        if (exchange.Answer is not { Status: >= 200 and < 400 } answer)
        {
            return new LoginResult([], $"the login of {identity.Name} failed: {exchange.Summary}");
        }

        if (login.TokenMember is { } member)
        {
            if (Member(answer, member) is not { Length: > 0 } token || token.Any(char.IsControl))
            {
                return new LoginResult([], $"the login of {identity.Name} answered without the member \"{member}\"");
            }

            _redaction.Learn(token);
            return new LoginResult([new("authorization", $"Bearer {token}")], null) { LoggedInAt = _time.GetTimestamp(), Expires = TokenLife.EndOf(answer, token, _time.GetUtcNow()) };
        }

        ImmutableArray<string> cookies = [.. answer.Headers
            .Where(h => h.Name.Equals("set-cookie", StringComparison.OrdinalIgnoreCase))
            .Select(h => h.Value.Split(';')[0].Trim())
            .Where(pair => pair.Contains('=', StringComparison.Ordinal))];
        if (cookies.IsEmpty)
        {
            return new LoginResult([], $"the login of {identity.Name} set no cookie");
        }

        foreach (string cookie in cookies)
        {
            _redaction.Learn(cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        }

        return new LoginResult([new("cookie", string.Join("; ", cookies))], null) { LoggedInAt = _time.GetTimestamp() };
    }
}
