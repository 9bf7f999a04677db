using System;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Engine;

/// <summary>A surveyed target that the test describes. Fake checks find nothing in their context but what they have proved.</summary>
internal sealed class FakeSession : IScanSession, IScanSessions
{
    public static Identity Alice { get; } = new() { Name = "alice" };

    public static Survey Surveyed { get; } = new()
    {
        Address = new IPEndPoint(IPAddress.Loopback, 443),
        Tls12 = true,
        Tls13 = true,
        Http2 = true,
        Requested12 = true,
        Requested13 = true,
        A = Alice,
        Caller = Alice,
        B = new() { Name = "bob" },
        ProtectedOperation = new() { Method = "GET", PathTemplate = "/profiles/{id}" },
        ProtectedPath = "/profiles/alice",
        BaselineSucceeded = true,
        Authentication = new AuthVerdict.Enforced(EnforcementPoint.Alert),
    };

    public Survey Survey { get; init; } = Surveyed;

    public Func<CancellationToken, Task<bool>> Control { get; init; } = static _ => Task.FromResult(true);

    public Func<CancellationToken, Task> Opening { get; init; } = static _ => Task.CompletedTask;

    public Action Closing { get; init; } = static () => { };

    public ScanTraffic Traffic { get; init; } = new(12, 3, 7);

    public ImmutableArray<MatrixCell> Matrix { get; init; } = [];

    public ImmutableArray<string> MintedSerials { get; init; } = [];

    public bool Disposed { get; private set; }

    public static ScanRequest Request(Func<ScanRequest, ScanRequest>? change = null)
    {
        TargetUrl.TryParse("https://api.example.test", out TargetUrl? target, out _).ShouldBeTrue();
        var request = new ScanRequest { Target = target };
        return change is null ? request : change(request);
    }

    public async Task<IScanSession> OpenAsync(ScanRequest request, CancellationToken cancellationToken)
    {
        await Opening(cancellationToken);
        return this;
    }

    public CheckContext ContextFor(CheckInfo check)
    {
        var context = (CheckContext)RuntimeHelpers.GetUninitializedObject(typeof(CheckContext));
        typeof(CheckContext).GetProperty(nameof(CheckContext.Proved)).ShouldNotBeNull().SetValue(context, new ProvedFlaws());
        return context;
    }

    public Task<bool> ControlStillHoldsAsync(Task patience, CancellationToken cancellationToken) => Control(cancellationToken);

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        Closing();
        return ValueTask.CompletedTask;
    }
}
