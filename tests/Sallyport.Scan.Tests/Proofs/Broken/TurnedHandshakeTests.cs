using System.Threading.Tasks;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>A strict server whose handshakes break, or are refused to everybody. See <see cref="Turned"/>.</summary>
public sealed class TurnedHandshakeTests(CheckLab lab)
{
    public static TheoryData<Breakage> Ways => Turned.Ways(static one => one is >= Breakage.CloseInServerHello and <= Breakage.AlertAccessDenied);

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_strict_server_that_turns_is_undecided(Breakage breakage) => Turned.LeavesOpenAsync(lab, breakage, naked: false);
}
