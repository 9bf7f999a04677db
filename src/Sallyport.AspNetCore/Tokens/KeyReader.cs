using System;
using System.IO;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Gets an issuer's key set from where the operator says it is. In the background only.</summary>
internal sealed class KeyReader(IHttpClientFactory clients, IHostEnvironment? environment = null)
{
    private const int FirstBytes = 4 * 1024;
    private const int MaxBytes = 256 * 1024;

    /// <summary>Reads the bytes of the set.</summary>
    /// <exception cref="IOException">They cannot be had.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(TokenIssuerOptions issuer, CancellationToken cancellationToken)
    {
        if (issuer.KeyFile is { } file)
        {
            return await FileAsync(environment is null ? file : Path.Combine(environment.ContentRootPath, file), cancellationToken);
        }

        using HttpClient client = clients.CreateClient(SallyportDefaults.TokenHttpClient);
        Uri address = issuer.KeyUrl ?? await AddressAsync(client, issuer, cancellationToken);
        return await GetAsync(client, address, issuer, cancellationToken);
    }

    /// <summary>Where the metadata of an issuer are, unless the operator says otherwise (OpenID Connect Discovery 1.0, section 4).</summary>
    public static string DefaultMetadata(string issuer) => issuer.TrimEnd('/') + "/.well-known/openid-configuration";

    private static async Task<Uri> AddressAsync(HttpClient client, TokenIssuerOptions issuer, CancellationToken cancellationToken)
    {
        Uri metadata = issuer.MetadataUrl ?? new Uri(DefaultMetadata(issuer.Issuer));
        ReadOnlyMemory<byte> bytes = await GetAsync(client, metadata, issuer, cancellationToken);
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("issuer", out JsonElement name) && name.ValueKind == JsonValueKind.String && name.ValueEquals(issuer.Issuer)
                && root.TryGetProperty("jwks_uri", out JsonElement keys) && keys.ValueKind == JsonValueKind.String
                && Uri.TryCreate(keys.GetString(), UriKind.Absolute, out Uri? address)
                    ? address
                    : throw new IOException("the metadata are not this issuer's, or name no keys");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new IOException("the metadata are no JSON that reads in one way only", e);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> GetAsync(HttpClient client, Uri address, TokenIssuerOptions issuer, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttps && !(issuer.UnsafeAllowHttp && address.Scheme == Uri.UriSchemeHttp))
        {
            throw new IOException("the address is not https");
        }

        try
        {
            using HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != System.Net.HttpStatusCode.OK)
            {
                throw new IOException($"the answer was {(int)response.StatusCode}");
            }

            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await CappedAsync(body, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new IOException("the server could not be asked", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("the server took too long", e);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> FileAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream body = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4_096, useAsync: true);
            return await CappedAsync(body, cancellationToken);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException("the file may not be read", e);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> CappedAsync(Stream body, CancellationToken cancellationToken)
    {
        // Grows with what comes: a file is read every few seconds, and the most that it may have would be a large object each time.
        byte[] buffer = new byte[FirstBytes];
        int length = 0;
        while (true)
        {
            int more = await body.ReadAtLeastAsync(buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, cancellationToken);
            length += more;
            if (length < buffer.Length)
            {
                return buffer.AsMemory(0, length);
            }

            if (length > MaxBytes)
            {
                throw new IOException($"it has more than {MaxBytes} octets");
            }

            Array.Resize(ref buffer, Math.Min(buffer.Length * 4, MaxBytes + 1));
        }
    }
}
