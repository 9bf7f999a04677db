using System;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class OpensslRevocationTests
{
    [Fact]
    public async Task A_list_that_openssl_ca_makes_is_taken_from_file_and_so_is_its_successor()
    {
        await using var house = new Gatehouse(
            static (house, options) =>
            {
                options.Trust.AddPemFile("ca.pem");
                options.Revocation.Crl.AddFile("ca.crl");
                house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
            },
            TimeProvider.System);
        using var ca = OpensslCa.OrSkip(house.Pki.ClientCa);
        ca.Know(house.Pki.Alice);
        byte[] old = await ca.ListAsync();
        house.Write("ca.crl", old);
        house.Open();
        house.Says(house.Pki.Alice).ShouldBe("Verified");

        await ca.RevokeAsync(house.Pki.Alice);
        house.Write("ca.crl", await ca.ListAsync());
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");

        house.Write("ca.crl", old);
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task The_responder_of_openssl_is_asked_and_believed()
    {
        Uri? responder = null;
        await using var house = new Gatehouse(
            (house, options) =>
            {
                options.Trust.AddPemFile("ca.pem");
                options.Revocation.Ocsp.Responder(responder.ShouldNotBeNull());
                house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
            },
            TimeProvider.System);
        using var ca = OpensslCa.OrSkip(house.Pki.ClientCa);
        ca.Know(house.Pki.Alice);
        ca.Know(house.Pki.Bob);
        await ca.RevokeAsync(house.Pki.Bob);
        var (process, address) = await ca.StartResponderAsync();
        await using (process)
        {
            responder = address;
            await house.StartAsync();

            // Each is refused once, and known the next time. openssl does not know the third: "unknown" is not good.
            house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NoSource");
            await house.PublishedAsync(() => house.Says(house.Pki.Alice) == "Verified");
            house.Says(house.Pki.Bob).ShouldBe("RevocationUnknown:NoSource");
            await house.PublishedAsync(() => house.Says(house.Pki.Bob) == "Revoked");
            house.Says(house.Pki.Root).ShouldBe("RevocationUnknown:NoSource");
            await house.PublishedAsync(() => house.Says(house.Pki.Root) == "RevocationUnknown:AnsweredUnknown");
            house.Says(house.Pki.Alice).ShouldBe("Verified");
        }
    }
}
