using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Transport;

public sealed class HookRunnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-hooks-").FullName;

    [Fact]
    public async Task Passes_arguments_as_they_are_without_a_shell()
    {
        string file = Path.Combine(_folder, "a b; $(touch c)");
        await using HookRunner hooks = Runner(["/usr/bin/touch", file], []);

        (await hooks.RevokeAsync(Cancel)).ShouldBeOfType<HookResult.Succeeded>();

        File.Exists(file).ShouldBeTrue();
        Directory.GetFiles(_folder).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Restores_what_was_revoked_even_when_nobody_asks()
    {
        string file = Path.Combine(_folder, "restored");
        HookRunner hooks = Runner(["/bin/true"], ["/usr/bin/touch", file]);
        await hooks.RevokeAsync(Cancel);
        File.Exists(file).ShouldBeFalse();

        await hooks.DisposeAsync();

        File.Exists(file).ShouldBeTrue();
    }

    [Fact]
    public async Task Restores_once_when_the_check_did_it_already()
    {
        string file = Path.Combine(_folder, "restored");
        HookRunner hooks = Runner(["/bin/true"], ["/usr/bin/touch", file]);
        await hooks.RevokeAsync(Cancel);
        await hooks.RestoreAsync(Cancel);
        File.Delete(file);

        await hooks.DisposeAsync();

        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task Says_how_a_hook_failed_without_its_output()
    {
        await using HookRunner code = Runner(["/bin/sh", "-c", "echo secret-of-the-hook >&2; exit 3"], []);
        string reason = (await code.RevokeAsync(Cancel)).ShouldBeOfType<HookResult.Failed>().Reason;
        reason.ShouldContain("exit code 3");
        reason.ShouldNotContain("secret-of-the-hook");

        await using HookRunner missing = Runner([Path.Combine(_folder, "no-such-program")], []);
        (await missing.RevokeAsync(Cancel)).ShouldBeOfType<HookResult.Failed>().Reason.ShouldContain("could not be started");

        await using HookRunner slow = new(new() { Revoke = ["/bin/sleep", "600"] }, TimeSpan.FromMilliseconds(100), TimeProvider.System);
        (await slow.RevokeAsync(Cancel)).ShouldBeOfType<HookResult.Failed>().Reason.ShouldContain("in time");

        await using HookRunner none = Runner([], []);
        none.CanRevoke.ShouldBeFalse();
        (await none.RestoreAsync(Cancel)).ShouldBeOfType<HookResult.Failed>();
    }

    [Fact]
    public async Task A_hook_that_talks_much_does_not_block()
    {
        await using HookRunner hooks = Runner(["/bin/sh", "-c", "head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2"], []);
        (await hooks.RevokeAsync(Cancel)).ShouldBeOfType<HookResult.Succeeded>();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static HookRunner Runner(string[] revoke, string[] restore) =>
        new(new() { Revoke = [.. revoke], Restore = [.. restore] }, TimeSpan.FromSeconds(30), TimeProvider.System);
}
