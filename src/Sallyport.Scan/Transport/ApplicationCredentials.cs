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

/// <summary>The tokens, cookies, passwords and keys of the identities, as headers; logs in once where the user configured a login.</summary>
internal sealed class ApplicationCredentials
{
    private readonly Redaction _redaction;
    private readonly Func<Identity, RawHttpRequest, CancellationToken, Task<Exchange>> _send;
    private readonly ConcurrentDictionary<string, Lazy<Task<LoginResult>>> _logins = new(StringComparer.Ordinal);

    /// <summary>Credentials of a scan.</summary>
    /// <param name="redaction">Learns what a login yields.</param>
    /// <param name="send">Sends a login with the identity's certificate, to the target.</param>
    public ApplicationCredentials(Redaction redaction, Func<Identity, RawHttpRequest, CancellationToken, Task<Exchange>> send) =>
        (_redaction, _send) = (redaction, send);

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

    private static void Add(ImmutableArray<HttpHeader>.Builder headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.Add(new HttpHeader(name, value));
        }
    }

    private static RawHttpRequest Request(Login login)
    {
        string body = login.Json?.Reveal()
            ?? string.Join('&', login.Form.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value.Reveal())}"));
        return new RawHttpRequest
        {
            Method = "POST",
            Target = login.Path,
            Headers = [new("content-type", login.Json is null ? "application/x-www-form-urlencoded" : "application/json"), new("accept", "application/json")],
            Body = Encoding.UTF8.GetBytes(body),
        };
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
        Exchange exchange = await _send(identity, Request(login), cancellationToken).ConfigureAwait(false);
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
            return new LoginResult([new("authorization", $"Bearer {token}")], null);
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

        return new LoginResult([new("cookie", string.Join("; ", cookies))], null);
    }
}
