using System;
using System.Collections.Generic;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Chain;

/// <summary>Anchor, intermediate and leaf: a conforming path until one of them is bent.</summary>
internal sealed class Links : IDisposable
{
    public Link Root { get; } = Link.Root();

    public Link Sub { get; } = Link.Sub();

    public Link Leaf { get; } = Link.Leaf();

    public Refusal? Judge(StrictProfile? profile)
    {
        TrustAnchor.TryRead(Root.SignedBy(Root), out TrustAnchor? anchor).ShouldBeTrue();
        var policy = new ChainPolicy { Profile = profile, Revocation = new RevocationPolicy { Mode = RevocationMode.Off } };
        List<ReadOnlyMemory<byte>> presented = [Sub.SignedBy(Root)];
        ChainVerdict verdict = new ChainVerifier([anchor.ShouldNotBeNull()], [], policy)
            .Verify(Leaf.SignedBy(Sub), presented, RevocationSnapshot.Empty, Authority.Now);
        return verdict is ChainVerdict.Refused refused ? refused.Refusal : null;
    }

    public void Dispose()
    {
        Root.Dispose();
        Sub.Dispose();
        Leaf.Dispose();
    }
}
