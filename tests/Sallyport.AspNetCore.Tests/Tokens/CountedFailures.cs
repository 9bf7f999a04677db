using System;
using System.Collections.Concurrent;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Lockout;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Keeps who failed, and locks nobody.</summary>
internal sealed class CountedFailures : ILockout
{
    public ConcurrentQueue<string> Failed { get; } = new();

    public ValueTask WaitAsync(EndPoint? remote, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void HandshakeFailed(EndPoint? remote)
    {
    }

    public void HandshakePassed(EndPoint? remote, VerifiedClientCertificate certificate)
    {
    }

    public TimeSpan? LockedFor(string identity) => null;

    public void IdentityFailed(string identity) => Failed.Enqueue(identity);

    public void IdentityPassed(string identity)
    {
    }
}
