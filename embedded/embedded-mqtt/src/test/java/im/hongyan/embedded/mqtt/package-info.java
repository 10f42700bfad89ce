/** Tests of the embedded broker with foreign clients. */
package im.hongyan.embedded.mqtt;
