using System;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>One way to break the handshake's proof, in one version.</summary>
/// <param name="Variant">The rule's variant; <c>null</c> when it has none.</param>
/// <param name="What">What is done, in words that follow "A's certificate".</param>
/// <param name="Version">The version it is done in.</param>
/// <param name="Script">Does it.</param>
/// <param name="Done">Whether an exchange shows that it was done: an answer to anything else proves nothing.</param>
internal sealed record Deviation(string? Variant, string What, TlsVersion Version, Func<ClientScript, ClientScript> Script, Func<Exchange, bool> Done)
{
    /// <summary>What the report calls it.</summary>
    public string Identity => $"{What} ({Showing.Name(Version)})";
}
