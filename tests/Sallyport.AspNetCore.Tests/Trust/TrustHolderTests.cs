using System;
using System.Collections.Generic;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Tests.Trust;

public sealed class TrustHolderTests
{
    [Fact]
    public void Knows_nothing_before_the_first_state_was_published() => new TrustHolder(TimeProvider.System).Current.ShouldBeNull();

    [Fact]
    public void Gives_every_state_the_next_epoch_and_tells_the_listeners_in_order()
    {
        var holder = new TrustHolder(TimeProvider.System);
        var heard = new List<long>();
        holder.Subscribe(state => heard.Add(state.Epoch));
        var nobody = new ChainVerifier([], [], new ChainPolicy());
        holder.Publish(nobody, RevocationSnapshot.Empty);
        holder.Publish(nobody, RevocationSnapshot.Empty);
        heard.ShouldBe([1, 2]);
        holder.Current.ShouldNotBeNull().Epoch.ShouldBe(2);
    }

    [Fact]
    public void Nobody_is_let_in_before_trust_is_loaded()
    {
        var judge = new CertificateJudge(new TrustHolder(TimeProvider.System), TimeProvider.System);
        judge.Judge([], []).Verdict.ShouldBeOfType<ChainVerdict.Refused>();
    }
}
