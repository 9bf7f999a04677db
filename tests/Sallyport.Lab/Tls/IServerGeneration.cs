using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>What differs between TLS 1.3 and 1.2 on the server's side. False always means: the connection is over.</summary>
internal interface IServerGeneration
{
    Task<bool> HandshakeAsync(CancellationToken cancellationToken);

    Task<bool> AskForCertificateAsync(CancellationToken cancellationToken);

    /// <summary>A handshake message that came between requests.</summary>
    Task<bool> TakeAsync(HandshakeMessage message, CancellationToken cancellationToken);
}
