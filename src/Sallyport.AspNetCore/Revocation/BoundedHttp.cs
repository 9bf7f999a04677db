using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Fetches lists and answers: a deadline over everything, a limit on the body, no proxy, no cookie, no other host.</summary>
internal sealed class BoundedHttp : IDisposable
{
    private const int MaxRedirects = 3;

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public BoundedHttp(IOptions<SallyportOptions> options, TimeProvider time)
    {
        _timeout = options.Value.Revocation.FetchTimeout;
        _time = time;
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = _timeout,
                MaxConnectionsPerServer = 4,
                MaxResponseHeadersLength = 16,
                MaxResponseDrainSize = 0,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions
                {
                    // An https server must not send us anywhere else by what its certificate names.
                    CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
                },
            },
            disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Asks for a list.</summary>
    /// <param name="uri">Where.</param>
    /// <param name="mark">What was there the last time, or null to get it in any case.</param>
    /// <param name="maxBytes">The largest body.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Fetched> GetAsync(Uri uri, FetchMark? mark, int maxBytes, CancellationToken cancellationToken) =>
        SendAsync(uri, () => Get(mark), mark is not null, maxBytes, MaxRedirects, cancellationToken);

    /// <summary>Puts a question to a responder.</summary>
    /// <param name="uri">Where.</param>
    /// <param name="question">The body.</param>
    /// <param name="mediaType">The body's type.</param>
    /// <param name="maxBytes">The largest answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Fetched> PostAsync(Uri uri, ReadOnlyMemory<byte> question, string mediaType, int maxBytes, CancellationToken cancellationToken) =>
        SendAsync(uri, () => Post(question, mediaType), isConditional: false, maxBytes, redirects: 0, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<Fetched> SendAsync(
        Uri uri, Func<HttpRequestMessage> compose, bool isConditional, int maxBytes, int redirects, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            for (var at = uri; ; redirects--)
            {
                using var request = compose();
                request.RequestUri = at;
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
                if (IsRedirect(response.StatusCode))
                {
                    if (redirects == 0 || Target(at, response) is not { } target)
                    {
                        return new Fetched.Failed("it redirects too often or to another place");
                    }

                    at = target;
                    continue;
                }

                return response.StatusCode switch
                {
                    HttpStatusCode.NotModified when isConditional => new Fetched.NotModified(),
                    HttpStatusCode.OK => await ReadAsync(response, maxBytes, deadline.Token),
                    _ => new Fetched.Failed($"status {(int)response.StatusCode}"),
                };
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Fetched.Failed($"it took longer than {_timeout}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Fetched.Failed(e is HttpRequestException { HttpRequestError: var error } ? error.ToString() : "the connection broke");
        }
    }

    private static HttpRequestMessage Get(FetchMark? mark)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, (Uri?)null);
        if (mark?.EntityTag is { } tag)
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        request.Headers.IfModifiedSince = mark?.LastModified;
        return request;
    }

    private static HttpRequestMessage Post(ReadOnlyMemory<byte> question, string mediaType)
    {
        var content = new ReadOnlyMemoryContent(question);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = content };
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Where a redirect leads when that is the same scheme, host and port; null otherwise.</summary>
    private static Uri? Target(Uri from, HttpResponseMessage response) =>
        response.Headers.Location is { } location
        && Uri.TryCreate(from, location, out var target)
        && target.Scheme == from.Scheme
        && string.Equals(target.IdnHost, from.IdnHost, StringComparison.OrdinalIgnoreCase)
        && target.Port == from.Port
        && target.UserInfo.Length == 0
            ? target
            : null;

    private static async Task<Fetched> ReadAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            return new Fetched.Failed($"it has more than {maxBytes} octets");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[81_920];
        for (var read = await stream.ReadAsync(buffer, cancellationToken); read > 0; read = await stream.ReadAsync(buffer, cancellationToken))
        {
            if (body.Length + read > maxBytes)
            {
                return new Fetched.Failed($"it has more than {maxBytes} octets");
            }

            await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return new Fetched.Body(body.ToArray(), new FetchMark(response.Headers.ETag, response.Content.Headers.LastModified));
    }
}
