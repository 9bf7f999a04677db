using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Tests.Checks.Channel;

public sealed class PostureTests
{
    [Fact]
    public void Every_profile_loads_and_names_only_registered_suites()
    {
        ImmutableArray<PostureProfile> profiles = PostureProfile.LoadAll();
        profiles.Select(static profile => profile.Name).ShouldBe(["modern", "intermediate", "nist-52r2", "bcp195", "fapi"]);
        ImmutableArray<string> registered = [.. CipherSuite.All.Select(static suite => suite.Name)];
        profiles.SelectMany(static profile => profile.Suites).ShouldAllBe(name => registered.Contains(name));
    }

    [Theory]
    [InlineData("modern", true, false, (ushort)0x1301)]
    [InlineData("modern", false, true, (ushort)0xC02B)]
    [InlineData("intermediate", true, true, (ushort)0xC02B)]
    [InlineData("intermediate", false, true, (ushort)0xC009)]
    [InlineData("nist-52r2", true, true, (ushort)0xC009)]
    [InlineData("nist-52r2", false, true, (ushort)0xCCA9)]
    [InlineData("nist-52r2", false, true, (ushort)0x009C)]
    [InlineData("bcp195", true, true, (ushort)0xCCA9)]
    [InlineData("bcp195", false, true, (ushort)0xC023)]
    [InlineData("fapi", true, true, (ushort)0xC02F)]
    [InlineData("fapi", false, true, (ushort)0xC02B)]
    public void A_profile_fits_what_it_should(string name, bool fits, bool tls12, ushort suite)
    {
        SpokenVersions versions = new(
            [
                new() { Version = TlsVersion.Tls13, Support = VersionSupport.Accepted, Suites = [new(0x1301)], IsComplete = true },
                new() { Version = TlsVersion.Tls12, Support = tls12 ? VersionSupport.Accepted : VersionSupport.Refused, Suites = tls12 ? [new(suite)] : [], IsComplete = true },
            ],
            Connections: 0);
        PostureProfile profile = PostureProfile.LoadAll().Single(one => one.Name == name);
        profile.Deviations(versions).IsEmpty.ShouldBe(fits, string.Join("; ", profile.Deviations(versions)));
    }
}
