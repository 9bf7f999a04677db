using System.Threading.Tasks;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>A strict server whose handshakes go well, and which then breaks its connections or answers everything alike. See <see cref="Turned"/>.</summary>
public sealed class TurnedAnswerTests(CheckLab lab)
{
    public static TheoryData<Breakage> Ways => Turned.Ways(static one => one > Breakage.AlertAccessDenied);

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_strict_server_that_turns_is_undecided(Breakage breakage) => Turned.LeavesOpenAsync(lab, breakage, naked: false);
}
