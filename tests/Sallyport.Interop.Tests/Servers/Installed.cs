using System;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Servers;

/// <summary>The shared servers, or a skipped test that says what is not installed.</summary>
internal static class Installed
{
    extension(LabServers servers)
    {
        public Task<NginxServer> NginxOrSkipAsync() => Or(NginxServer.Program, servers.NginxAsync);

        public Task<HaproxyServer> HaproxyOrSkipAsync() => Or(HaproxyServer.Program, servers.HaproxyAsync);

        public Task<ApacheServer> ApacheOrSkipAsync() => Or(ApacheServer.Program, servers.ApacheAsync);

        public Task<NodeServer> NodeOrSkipAsync() => Or(NodeServer.Program, servers.NodeAsync);

        public Task<OpensslServer> OpensslOrSkipAsync() => Or(OpensslServer.Program, servers.OpensslAsync);
    }

    public static void Need(string program)
    {
        if (Binaries.WhyMissing(program) is { } reason)
        {
            Assert.Skip(reason);
        }
    }

    private static Task<T> Or<T>(string program, Func<Task<T>> start)
    {
        Need(program);
        return start();
    }
}
