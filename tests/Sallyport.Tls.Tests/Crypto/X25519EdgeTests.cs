using System;
using Sallyport.Tls.Crypto;

namespace Sallyport.Tls.Tests.Crypto;

/// <summary>Known answers where an implementation of Curve25519 goes wrong: the numbers are those of C2SP's Wycheproof (x25519_test.json).</summary>
/// <remarks>Every row was computed again by `openssl pkeyutl -derive` and by RFC 7748's ladder over whole integers before it was written here.</remarks>
public sealed class X25519EdgeTests
{
    [Theory]
    [InlineData("a point of the twist", "d85d8c061a50804ac488ad774ac716c3f5ba714b2712e048491379a500211958", "63aa40c6e38346c5caf23a6df0a5e6c80889a08647e551b3563449befcfc9733", "279df67a7c4611db4708a0e8282b195e5ac0ed6f4b2f292c6fbd0acac30d1332")]
    [InlineData("a point of the twist", "c8b45bfd32e55325d9fd648cb302848039000b390e44d521e58aab3b29a6964b", "0f83c36fded9d32fadf4efa3ae93a90bb5cfa66893bc412c43fa7287dbb99779", "4bc7e01e7d83d6cf67632bf90033487a5fc29eba5328890ea7b1026d23b9a45f")]
    [InlineData("a point of the twist", "d03edde9f3e7b799045f9ac3793d4a9277dadeadc41bec0290f81f744f73775f", "0200000000000000000000000000000000000000000000000000000000000000", "b87a1722cc6c1e2feecb54e97abd5a22acc27616f78f6e315fd2b73d9f221e57")]
    [InlineData("a point of the twist", "d02456e456911d3c6cd054933199807732dfdc958642ad1aebe900c793bef24a", "eaffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "07ba5fcbda21a9a17845c401492b10e6de0a168d5c94b606694c11bac39bea41")]
    [InlineData("a coordinate of extreme limbs", "68964bca51465bf0f5ba524b1482ceff0e960a1ed9f48dcc30f1608d0e501a50", "ffffffffffffffff000000000000000000000000000000000000000000000000", "25ff9a6631b143dbdbdc207b38e38f832ae079a52a618c534322e77345fd9049")]
    [InlineData("a coordinate of extreme limbs", "e045f55c159451e97814d747050fd7769bd478434a01876a56e553f66384a74c", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff00000000", "ff4715bd8cf847b77c244ce2d9b008b19efaa8e845feb85ce4889b5b2c6a4b4d")]
    [InlineData("a coordinate of extreme limbs", "105d621e1ef339c3d99245cfb77cd3a5bd0c4427a0e4d8752c3b51f045889b4f", "ffffff030000f8ffff1f0000c0ffffff000000feffff070000f0ffff3f000000", "61eace52da5f5ecefafa4f199b077ff64f2e3d2a6ece6f8ec0497826b212ef5f")]
    [InlineData("a coordinate of extreme limbs", "18bffb16f92680a9e267473e43c464476d5372ddd1f664f3d0678efe7c98bc79", "000000fcffff070000e0ffff3f000000ffffff010000f8ffff0f0000c0ffff7f", "5894e0963583ae14a0b80420894167f4b759c8d2eb9b69cb675543f66510f646")]
    [InlineData("a coordinate of extreme limbs", "300305eb002bf86c71fe9c0b311993727b9dc618d0ce7251d0dfd8552d17905d", "ffffffffffffff00000000000000ffffffffffffff00000000000000ffffff7f", "f8624d6e35e6c548ac47832f2e5d151a8e53b9290363b28d2ab8d84ab7cb6a72")]
    [InlineData("a coordinate of extreme limbs", "80da9f02842247d4ade5ddbac51dbce55ea7dca2844e7f97ab8987ce7fd8bc71", "00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffff7f", "bfe183ba3d4157a7b53ef178613db619e27800f85359c0b39a9fd6e32152c208")]
    [InlineData("a coordinate of extreme limbs", "385fc8058900a85021dd92425d2fb39a62d4e23aef1d5104c4c2d88712d39e4d", "ffffffffffff0f00000000000000000000000000000000000000000000000000", "388faffb4a85d06702ba3e479c6b216a8f33efce0542979bf129d860f93b9f02")]
    [InlineData("a coordinate of extreme limbs", "e80bf0e609bf3b035b552f9db7e9ecbc44a04b7910b1493661a524f46c3c2277", "ffffffffffffffffffffffffffff000000000000000000000000000000000000", "208142350af938aba52a156dce19d3c27ab1628729683cf4ef2667c3dc60cf38")]
    [InlineData("a coordinate of extreme limbs", "a0933ee30512b25ee4e900aaa07f73e507a8ec53b53a44626e0f589af4e0356c", "ffffffff00000000ffffffff00000000ffffffff00000000ffffffff00000000", "c5caf8cabc36f086deaf1ab226434098c222abdf8acd3ce75c75e9debb271524")]
    [InlineData("a coordinate of extreme limbs", "106221fe5694a710d6e147696c5d5b93d6887d584f24f228182ebe1b1d2db85d", "ffffff0f000000ffffff0f000000ffffff0f000000ffffff0f000000ffffff0f", "5e64924b91873b499a5402fa64337c65d4b2ed54beeb3fa5d7347809e43aef1c")]
    [InlineData("a coordinate of extreme limbs", "d035de9456080d85a912083b2e3c7ddd7971f786f25a96c5e782cf6f4376e362", "000000fcffff030000e0ffff1f000000ffffff000000f8ffff070000c0ffff3f", "c052466f9712d9ec4ef40f276bb7e6441c5434a83efd8e41d20ce83f2dbf5952")]
    [InlineData("a coordinate of extreme limbs", "a8f37318a4c760f3cb2d894822918735683cb1edacf3e666e15694154978fd6d", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f", "d151b97cba9c25d48e6d576338b97d53dd8b25e84f65f7a2091a17016317c553")]
    [InlineData("a coordinate of extreme limbs", "184198c6228177f3ef41dc9a341258f8181ae365fe9ec98d93639b0bbee1467d", "fffffffffeffff7ffffffffffeffff7ffffffffffeffff7ffffffffffeffff7f", "8039eebed1a4f3b811ea92102a6267d4da412370f3f0d6b70f1faaa2e8d5236d")]
    [InlineData("a coordinate of extreme limbs", "881874fda3a99c0f0216e1172fbd07ab1c7df78602cc6b11264e57aab5f23a49", "edfffffffffffffffffffffffffffffffffffffffffffffffeffffffffffff7f", "e417bb8854f3b4f70ecea557454c5c4e5f3804ae537960a8097b9f338410d757")]
    [InlineData("a coordinate that is not reduced", "0016b62af5cabde8c40938ebf2108e05d27fa0533ed85d70015ad4ad39762d54", "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "b4d10e832714972f96bd3382e4d082a21a8333a16315b3ffb536061d2482360d")]
    [InlineData("a coordinate that is not reduced", "d83650ba7cec115881916255e3fa5fa0d6b8dcf968731bd2c9d2aec3f561f649", "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "515eac8f1ed0b00c70762322c3ef86716cd2c51fe77cec3d31b6388bc6eea336")]
    [InlineData("a coordinate that is not reduced", "88dd14e2711ebd0b0026c651264ca965e7e3da5082789fbab7e24425e7b4377e", "f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "6919992d6a591e77b3f2bacbd74caf3aea4be4802b18b2bc07eb09ade3ad6662")]
    [InlineData("a coordinate that is not reduced", "98c2b08cbac14e15953154e3b558d42bb1268a365b0ef2f22725129d8ac5cb7f", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "9c034fcd8d3bf69964958c0105161fcb5d1ea5b8f8abb371491e42a7684c2322")]
    [InlineData("a top bit that does not count", "c0697b6f05e0f3433b44ea352f20508eb0623098a7770853af5ca09727340c4e", "0200000000000000000000000000000000000000000000000000000000000080", "ed18b06da512cab63f22d2d51d77d99facd3c4502e4abf4e97b094c20a9ddf10")]
    [InlineData("a top bit that does not count", "18422b58a18e0f4519b7a887b8cfb649e0bfe4b34d75963350a9944e5b7f5b7e", "0300000000000000000000000000000000000000000000000000000000000080", "448ce410fffc7e6149c5abec0ad5f3607dfde8a34e2ac3243c3009176168b432")]
    [InlineData("a top bit that does not count", "20620d82487707bedf9ee3549e95cb9390d2618f50cf6acba47ffaa103224a6f", "0400000000000000000000000000000000000000000000000000000000000080", "03a633df01480d0d5048d92f51b20dc1d11f73e9515c699429b90a4f6903122a")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "b7b6d39c765cb60c0c8542f4f3952ffb51d3002d4aeb9f8ff988b192043e6d0a", "0200000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "3b18df1e50b899ebd588c3161cbd3bf98ebcc2c1f7df53b811bd0e91b4d5153d", "0900000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "4977d0d897e1ba566590f60f2eb0db6f7b24c13d436918ccfd32708dfad7e247", "feffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "98730bc03e29e8b057fb1d20ef8c0bffc822485d3db7f45f4e3cc2c3c6d1d14c", "fcffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff3f")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "7e26f8f24cb590027f9d1bc49b0e1a242c7d8f43624d3e8fab28ee08e02cb45e", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "e96d2780e5469a74620ab5aa2f62151d140c473320dbe1b028f1a48f8e76f95f", "e5ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "8d612c5831aa64b057300e7e310f3aa332af34066fefcab2b089c9592878f832", "e3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "21a35d5db1b6237c739b56345a930aeee373cdcfb4701266782a8ac594913b29", "dbffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "3e5efb63c352ce942762482bc9337a5d35ba55664743ac5e93d11f957336cb10", "0000000000000000000000000000000000000000000000000000000000000002")]
    [InlineData("a result at the edge", "60a3a4f130b98a5be4b1cedb7cb85584a3520e142d474dc9ccb909a073a9767f", "8e41f05ea3c76572be104ad8788e970863c6e2ca3daae64d1c2f46decfffa571", "0000000000000000000000000000000000000000000000000000000000008000")]
    [InlineData("a step of the ladder at the edge", "0840a8af5bc4c48da8850e973d7e14220f45c192cea4020d377eecd25c7c3643", "1200000000000000000000000000000000000000000000000000000000000000", "77557137a2a2a651c49627a9b239ac1f2bf78b8a3e72168ccecc10a51fc5ae66")]
    [InlineData("a step of the ladder at the edge", "0092229c753a71284d0853909470ad847ab62f439ea51482fb41d30cc3b44743", "1400000000000000000000000000000000000000000000000000000000000000", "c88e719ae5c2248b5f90da346a92ae214f44a5d129fd4e9c26cf6a0da1efe077")]
    [InlineData("a step of the ladder at the edge", "b8da2bd2d7cf25a3e54e5f87ee15911effb9ff86baec4076d56c8e953670bf5b", "0000000000000000000000000080000000000000000000000000000000000000", "4bf6789c7ea036f973cde0af02d6fdb9b64a0b957022111439570fad7d7a453f")]
    [InlineData("a step of the ladder at the edge", "38cfacaa4460796b4de434bdd6739f0d043671f97fa829517511e6b47aa93474", "0100000000000000000000000000010000000000000000000000000000000000", "5dd7d16fff25cc5fdf9e03c3157cb0a235cea17d618f36e6f13461567edeb943")]
    [InlineData("a step of the ladder at the edge", "90b150d462de512056d5bd55173074969b496f262fb6916b733f6263a8078971", "a8b9c7372118a53a9de9eaf0868e3b1a3d88e81cb2e407ff7125e9f5c5088715", "f86cc7bf1be49574fc97a074282e9bb5cd238e002bc8e9a7b8552b2d60eccb52")]
    [InlineData("a step of the ladder at the edge", "20ca2c85cc8762e96b7047bf15c71c050ffe0ed1616040a953ae32a1297ad871", "585007a5930d77623cf29756038ca197d3ebfd9e4c80a69585efe0274092c115", "46add6f48ffff461777d4f89b6fdf1155aa051a96387d45f3e5e371a236b6e52")]
    [InlineData("a step of the ladder at the edge", "a015970a8add940fca5b1b5d23875397d547d8d494fcb314f2045a67a2d12c4b", "afa00e4a271beec478e42fad0618432fa7d7fb3d99004d2b0bdfc14f8024832b", "421bed1b26da1e9adbeada1f32b91a0fb4ced0f1110e0a4a88e735a19ee4571e")]
    public void Multiplies_at_the_edges(string edge, string scalar, string u, string expected)
    {
        byte[] key = Convert.FromHexString(scalar);
        byte[] peer = Convert.FromHexString(u);
        var result = new byte[X25519.Length];
        X25519.ScalarMultiply(key, peer, result);

        Convert.ToHexStringLower(result).ShouldBe(expected, edge);
        Convert.ToHexStringLower(X25519.SharedSecret(key, peer).ShouldNotBeNull(edge)).ShouldBe(expected, edge);
    }
}
