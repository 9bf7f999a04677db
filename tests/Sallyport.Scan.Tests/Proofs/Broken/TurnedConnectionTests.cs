using System.Threading.Tasks;
using Sallyport.Scan.Tests.Checks;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>A strict server whose connections break from the first byte on. See <see cref="Turned"/>.</summary>
public sealed class TurnedConnectionTests(CheckLab lab)
{
    public static TheoryData<Breakage> Ways => Turned.Ways(static one => one < Breakage.CloseInServerHello);

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_strict_server_that_turns_is_undecided(Breakage breakage) => Turned.LeavesOpenAsync(lab, breakage, naked: false);
}
