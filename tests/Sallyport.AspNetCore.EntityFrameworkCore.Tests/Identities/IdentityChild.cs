using System;
using System.Globalization;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.Identities;

/// <summary>This test module as a process that does nothing but add, revoke and remove identities, until it is killed.</summary>
/// <remarks>One thread of this module only, and no code of it on any other: the module's initializer is still running.</remarks>
internal static class IdentityChild
{
    /// <summary>The variable that makes a test process the child, and names its database.</summary>
    public const string Variable = "SALLYPORT_IDENTITY_CHILD";

    /// <summary>The variable that says with which number to begin.</summary>
    public const string First = "SALLYPORT_IDENTITY_CHILD_FIRST";

    /// <summary>The certificate of the identity with this number.</summary>
    public static CertificateThumbprint Certificate(int number) => CertificateThumbprint.Of(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    [ModuleInitializer]
    internal static void Become()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            Change(file, int.Parse(Environment.GetEnvironmentVariable(First) ?? "0", CultureInfo.InvariantCulture));
        }
    }

    private static void Change(string file, int first)
    {
        var store = new SallyportIdentityStore(new IdentityStoreOptions().UseSqlite(file), TimeProvider.System);
        using Stream output = Console.OpenStandardOutput();
        for (int number = first; ; number++)
        {
            var identity = new CertificateIdentity { Name = $"n{number}", Matches = [new CertificateMatch.Sha256(Certificate(number))] };
            Say("add", number, store.AddAsync(identity, "child", CancellationToken.None));
            if (number % 2 == 0)
            {
                Say("revoke", number, store.RevokeAsync(Certificate(number), "", "child", CancellationToken.None));
            }

            if (number % 3 == 0)
            {
                Say("remove", number, store.RemoveAsync(identity.Name, "child", CancellationToken.None));
            }
        }

        void Say(string what, int number, Task<IdentityWrite> change)
        {
            // Said only once it was acknowledged; the pipe is the kernel's, so a kill takes nothing back.
            if (change.GetAwaiter().GetResult() is IdentityWrite.Done { Epoch: var epoch })
            {
                output.Write(Encoding.ASCII.GetBytes($"{what} {number} {epoch}\n"));
            }
        }
    }
}
