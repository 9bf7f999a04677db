using System.Collections.Immutable;
using System.Linq;
using Sallyport.Forge;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks;

/// <summary>Turns forged identities into actors.</summary>
internal static class ForgedActors
{
    extension(Actor actor)
    {
        /// <summary>The same application credentials with a forged certificate, under its description.</summary>
        /// <param name="forged">The forged identity.</param>
        public Actor With(MatrixIdentity forged) => actor.With(forged.Description, forged.Identity.ToCredential());
    }

    extension(ForgedIdentity identity)
    {
        /// <summary>The credential that the client shows: chain in its order, and the key.</summary>
        public ClientCredential ToCredential() => new()
        {
            Chain = [.. identity.Chain.Select(der => ImmutableArray.Create(der.Span))],
            Key = identity.Key.Algorithm,
        };
    }
}
